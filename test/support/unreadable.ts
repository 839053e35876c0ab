function failing(): never {
  throw new Error('mine');
}

/** What can be thrown, and cannot be read. */
export const unreadable: readonly (readonly [what: string, make: () => unknown])[] = [
  ['a message that is an object', () => Object.assign(new Error('x'), { message: { code: 42 } })],
  ['a message that is a symbol', () => Object.assign(new Error('x'), { message: Symbol('x') })],
  ['a message that cannot be read', () => Object.defineProperty(new Error('x'), 'message', { get: failing })],
  ['a name that cannot be read', () => Object.defineProperty(new Error('x'), 'name', { get: failing })],
  ['a cause that cannot be read', () => Object.defineProperty(new Error('x'), 'cause', { get: failing })],
  ['a code that cannot be read', () => Object.defineProperty(new Error('x'), 'code', { get: failing })],
  ['a stack that is a number', () => Object.assign(new Error('x'), { stack: 5 })],
  ['no prototype', () => Object.create(null)],
  ['a proxy that is revoked', revoked],
  ['a proxy that cannot be read', () => new Proxy(new Error('x'), { get: failing })],
];

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
