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

const exampleType: NodeType = { section: 'examples', fields: { value: data, dataValue: data } };
const example = (): NodeType => exampleType;

const headerFields = { ...dataFields, schema, content: map(() => mediaType), examples: map(example) };
const headerType: NodeType = { section: 'headers', fields: headerFields };
const header = (): NodeType => headerType;
const parameterType: NodeType = { section: 'parameters', fields: headerFields };
const parameter = (): NodeType => parameterType;

const encodingType: NodeType = { fields: { headers: map(header) } };
const encoding = (): NodeType => encodingType;

export const mediaType: NodeType = {
  section: 'mediaTypes',
  fields: {
    ...dataFields,
    ...{ schema, itemSchema: schema, examples: map(example), encoding: map(encoding) },
    ...{ itemEncoding: encoding, prefixEncoding: list(encoding) },
  },
};

const requestBodyType: NodeType = { section: 'requestBodies', fields: { content: map(() => mediaType) } };
const linkType: NodeType = { section: 'links', fields: { parameters: data, requestBody: data } };
const responseType: NodeType = {
  section: 'responses',
  fields: { headers: map(header), content: map(() => mediaType), links: map(() => linkType) },
};

const callbackType: NodeType = { section: 'callbacks', members: pathItem };

const operationType: NodeType = {
  fields: {
    ...{
      parameters: list(parameter),
      requestBody: () => requestBodyType,
      responses: () => ({ members: () => responseType, first: 'default' }),
    },
    callbacks: map(() => callbackType),
  },
};
const operation = (): NodeType => operationType;

export const pathItemType: NodeType = {
  fields: {
    ...each(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'], operation),
    ...{ parameters: list(parameter), additionalOperations: map(operation) },
  },
};

function pathItem(): NodeType {
  return pathItemType;
}

/** A whole document; its order is the one in which components are brought in. */
export const documentType: NodeType = {
  fields: {
    ...{ webhooks: map(pathItem), 'x-webhooks': map(pathItem), paths: map(pathItem) },
    components: () => ({
      fields: {
        ...{ parameters: map(parameter), schemas: map(schema), responses: map(() => responseType) },
        ...{ examples: map(example), requestBodies: map(() => requestBodyType), headers: map(header) },
        ...{ securitySchemes: map(() => ({ section: 'securitySchemes' })), links: map(() => linkType) },
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
