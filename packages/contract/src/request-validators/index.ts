export * from '../generated/nexconn/validators.gen.js';
