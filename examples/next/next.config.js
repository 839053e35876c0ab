/** @type {import('next').NextConfig} */
export default {
  // Left to Node, which finds the SQLite engine beside them; Next traces it into a standalone build.
  serverExternalPackages: ['@nexconn-kit/client', '@nexconn-kit/token-service'],
  output: 'standalone',
};
