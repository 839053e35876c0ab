import { vi } from 'vitest';

// Test files share a process, which takes long to start, but no state: each reads the modules of its package anew.
vi.resetModules();
