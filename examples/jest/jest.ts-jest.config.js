export default {
  transform: { '\\.[jt]s$': ['ts-jest', { tsconfig: 'tsconfig.json' }] },
  transformIgnorePatterns: ['/node_modules/(?!@nexconn-kit/)'],
};
