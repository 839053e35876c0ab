import { storeSuite } from '../../test/store-suite.js';
import { createMemoryStore, type TokenStore } from '../index.js';

let store: TokenStore;

storeSuite('memory', {
  // It ends with its process, so that opening it again is the same one.
  open: async () => store,
  wipe: async () => {
    store = createMemoryStore();
  },
});
