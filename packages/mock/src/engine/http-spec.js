// Its types are sources in TypeScript of another package, which this one's settings refuse: http-spec.d.ts has what is used.
export { convertToJsonSchema } from '@stoplight/http-spec/oas';
export { transformOas3Operations } from '@stoplight/http-spec/oas3/operation';
