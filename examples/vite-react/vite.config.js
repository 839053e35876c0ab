import { defineConfig } from 'vite';

// In development the app server (server.js) answers what the page asks for.
export default defineConfig({ server: { proxy: { '/access-token': 'http://127.0.0.1:3000' } } });
