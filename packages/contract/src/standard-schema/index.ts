export * from '../generated/nexconn/standard-schemas.gen.js';
export {
  createStandardSchema,
  type StandardIssue,
  type StandardResult,
  type StandardSchema,
} from '../validator/create-standard-schema.js';
