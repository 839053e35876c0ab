export * from '../generated/nexconn/result-validators.gen.js';
