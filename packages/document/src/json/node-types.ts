/** What a node of an OpenAPI document is, and so where in it a `$ref` has a meaning. */
export interface NodeType {
  /** The section of `components` that it can stand in. */
  readonly section?: string;
  /** What its fields hold; a field that is not named holds a value without a meaning here. */
  readonly fields?: Readonly<Record<string, () => NodeType>>;
  /** What the members of a map hold, whose keys are names. */
  readonly members?: () => NodeType;
  /** The member of a map that comes before the others. */
  readonly first?: string;
  /** What the items of a list hold. */
  readonly items?: () => NodeType;
  /** What it is called in messages; only an object of OpenAPI, whose fields are all known, has a name. */
  readonly name?: string;
  /** Its other fields, which hold values without a type of their own. */
  readonly others?: readonly string[];
  /** The extensions of ours that it can have. */
  readonly extensions?: readonly `x-${string}`[];
}

const map = (members: () => NodeType) => (): NodeType => ({ members });
const list = (items: () => NodeType) => (): NodeType => ({ items });

/** A value that the document shows or compares with: a `$ref` within it is one of its members. */
export const dataType: NodeType = {};

/** A value of a field that has no type of its own. */
export const anyType: NodeType = {};

const any = (): NodeType => anyType;
const data = (): NodeType => dataType;
const dataFields = { default: data, const: data, enum: data, example: data };

export const schemaType: NodeType = {
  section: 'schemas',
  name: 'a schema',
  extensions: ['x-max-bytes', 'x-empty-is-absent', 'x-echoes', 'x-mock'],
  others: [
    ...['$id', '$schema', '$anchor', '$dynamicAnchor', '$dynamicRef', '$recursiveRef', '$recursiveAnchor', '$comment'],
    ...['$vocabulary', 'id', 'title', 'description', 'type', 'format', 'pattern', 'required', 'nullable', 'deprecated'],
    ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength'],
    ...['minItems', 'maxItems', 'uniqueItems', 'minContains', 'maxContains', 'minProperties', 'maxProperties'],
    ...['dependentRequired', 'dependencies', 'additionalItems', 'contentEncoding', 'contentMediaType'],
    ...['readOnly', 'writeOnly', 'discriminator', 'xml', 'externalDocs'],
  ],
  fields: {
    ...dataFields,
    examples: data,
    ...each(['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions'], map(schema)),
    ...each(['allOf', 'anyOf', 'oneOf', 'prefixItems'], list(schema)),
    ...each(['items', 'additionalProperties', 'propertyNames', 'not', 'if', 'then', 'else', 'contains'], schema),
    ...each(['unevaluatedItems', 'unevaluatedProperties', 'contentSchema'], schema),
  },
};

function schema(): NodeType {
  return schemaType;
}

const externalDocsType: NodeType = { name: 'externalDocs', others: ['description', 'url'] };
const externalDocs = (): NodeType => externalDocsType;

const serverVariableType: NodeType = { name: 'a server variable', others: ['enum', 'default', 'description'] };
const serverType: NodeType = {
  name: 'a server',
  extensions: ['x-region', 'x-role'],
  fields: { variables: map(() => serverVariableType) },
  others: ['url', 'description', 'name'],
};
const servers = list(() => serverType);

export const exampleType: NodeType = {
  section: 'examples',
  name: 'an example',
  fields: { value: data, dataValue: data },
  others: ['summary', 'description', 'externalValue', 'serializedValue'],
};
const example = (): NodeType => exampleType;

const headerFields = { ...dataFields, schema, content: map(() => mediaType), examples: map(example) };
const headerOthers = ['description', 'required', 'deprecated', 'allowEmptyValue', 'style', 'explode', 'allowReserved'];
const headerType: NodeType = { section: 'headers', name: 'a header', fields: headerFields, others: headerOthers };
const header = (): NodeType => headerType;
export const parameterType: NodeType = {
  section: 'parameters',
  name: 'a parameter',
  fields: headerFields,
  others: ['name', 'in', ...headerOthers],
};
const parameter = (): NodeType => parameterType;

const encodingType: NodeType = {
  name: 'an encoding',
  fields: { headers: map(header) },
  others: ['contentType', 'style', 'explode', 'allowReserved', 'encoding', 'prefixEncoding', 'itemEncoding'],
};
const encoding = (): NodeType => encodingType;

export const mediaType: NodeType = {
  section: 'mediaTypes',
  name: 'a media type',
  fields: {
    ...dataFields,
    ...{ schema, itemSchema: schema, examples: map(example), encoding: map(encoding) },
    ...{ itemEncoding: encoding, prefixEncoding: list(encoding) },
  },
};

const requestBodyType: NodeType = {
  section: 'requestBodies',
  name: 'a request body',
  fields: { content: map(() => mediaType) },
  others: ['description', 'required'],
};
const linkType: NodeType = {
  section: 'links',
  name: 'a link',
  fields: { parameters: data, requestBody: data },
  others: ['operationRef', 'operationId', 'description', 'server'],
};
export const responseType: NodeType = {
  section: 'responses',
  name: 'a response',
  others: ['summary', 'description'],
  fields: { headers: map(header), content: map(() => mediaType), links: map(() => linkType) },
};

const callbackType: NodeType = { section: 'callbacks', members: pathItem };

export const operationType: NodeType = {
  name: 'an operation',
  extensions: ['x-rate-limit', 'x-mock'],
  others: ['tags', 'summary', 'description', 'operationId', 'deprecated', 'security'],
  fields: {
    ...{
      parameters: list(parameter),
      requestBody: () => requestBodyType,
      responses: () => ({ members: () => responseType, first: 'default' }),
    },
    callbacks: map(() => callbackType),
    ...{ servers, externalDocs },
  },
};
const operation = (): NodeType => operationType;

export const pathItemType: NodeType = {
  name: 'a path item',
  others: ['summary', 'description'],
  fields: {
    ...each(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'], operation),
    ...{ parameters: list(parameter), additionalOperations: map(operation), servers },
  },
};

function pathItem(): NodeType {
  return pathItemType;
}

const flowType: NodeType = {
  name: 'an OAuth flow',
  others: ['authorizationUrl', 'deviceAuthorizationUrl', 'tokenUrl', 'refreshUrl', 'scopes'],
};
const securitySchemeType: NodeType = {
  section: 'securitySchemes',
  name: 'a security scheme',
  extensions: ['x-signature'],
  fields: {
    flows: () => ({
      name: 'flows',
      fields: each(
        ['implicit', 'password', 'clientCredentials', 'authorizationCode', 'deviceAuthorization'],
        () => flowType,
      ),
    }),
  },
  others: [
    ...['type', 'description', 'name', 'in', 'scheme', 'bearerFormat', 'openIdConnectUrl', 'oauth2MetadataUrl'],
    'deprecated',
  ],
};

const tagType: NodeType = {
  name: 'a tag',
  fields: { externalDocs },
  others: ['name', 'summary', 'description', 'parent', 'kind'],
};

const infoType: NodeType = {
  name: 'info',
  fields: {
    contact: () => ({ name: 'contact', others: ['name', 'url', 'email'] }),
    license: () => ({ name: 'license', others: ['name', 'identifier', 'url'] }),
  },
  others: ['title', 'summary', 'description', 'termsOfService', 'version'],
};

/** A whole document; its order is the one in which components are brought in. */
export const documentType: NodeType = {
  name: 'the document',
  extensions: ['x-envelope', 'x-error-codes', 'x-own-server'],
  others: ['openapi', 'jsonSchemaDialect', '$self', 'security'],
  fields: {
    ...{ webhooks: map(pathItem), 'x-webhooks': map(pathItem), paths: map(pathItem) },
    ...{ info: () => infoType, servers, tags: list(() => tagType), externalDocs },
    components: () => ({
      name: 'components',
      fields: {
        ...{ parameters: map(parameter), schemas: map(schema), responses: map(() => responseType) },
        ...{ examples: map(example), requestBodies: map(() => requestBodyType), headers: map(header) },
        ...{ securitySchemes: map(() => securitySchemeType), links: map(() => linkType) },
        ...{ callbacks: map(() => callbackType), pathItems: map(pathItem), mediaTypes: map(() => mediaType) },
      },
    }),
  },
};

/** Returns the type of a member of a node: a field, a member of a map or an item of a list. */
export function typeBelow(type: NodeType, key: string, isInList: boolean): NodeType {
  if (type === dataType) return dataType;
  if (isInList) return type.items?.() ?? anyType;
  if (type.members) return type.members();
  const { fields = {} } = type;
  return (Object.hasOwn(fields, key) ? fields[key]?.() : undefined) ?? any();
}

function each<T>(names: readonly string[], value: T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, value]));
}
