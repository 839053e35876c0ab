export { createApiClient, createNexconnClient, type LiteApiClient, type LiteNexconnClient } from './create-clients.js';
