export * from '../generated/console/index.gen.js';
