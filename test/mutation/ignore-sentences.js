/**
 * A plugin of Stryker that leaves out the texts for people: a literal with a space in it, such as the message of an error.
 * Tests assert the code of an error, its fields and what is named in its message, not the wording. Names, keys, codes, and
 * whatever is computed within a text are mutated like everything else.
 */
const plain = new Set(['Identifier', 'MemberExpression', 'ThisExpression', 'StringLiteral', 'TemplateElement']);

function isSentence({ node }) {
  if (node.type === 'StringLiteral') return node.value.includes(' ');
  if (node.type !== 'TemplateLiteral') return false;
  const isText = node.quasis.some(({ value }) => value.raw.includes(' '));
  return isText && node.expressions.every(({ type }) => plain.has(type));
}

export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'sentences',
    value: { shouldIgnore: (path) => (isSentence(path) ? 'a text for people' : undefined) },
  },
];
