// With Babel, which Jest uses by itself. Our packages are ES modules, so they are transformed as well.
export default {
  transform: {
    '\\.[jt]s$': [
      'babel-jest',
      { presets: [['@babel/preset-env', { targets: { node: 'current' } }], '@babel/preset-typescript'] },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!@nexconn-kit/)'],
};
