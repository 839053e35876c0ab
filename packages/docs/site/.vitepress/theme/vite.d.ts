// What Vite does for the theme: it is built by the Vite of VitePress.
interface ImportMeta {
  readonly glob: <Module>(pattern: string) => Record<string, () => Promise<Module>>;
}

declare module '*.css';

declare module '*.vue' {
  const component: import('vue').Component;
  export default component;
}
