import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Only what hangs is to end by them: how long a test takes depends on what else the machine does, and says nothing
    // about the code. No test has a shorter limit of its own.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    teardownTimeout: 60_000,
    maxWorkers: 2,
    globalSetup: ['test/setup/kafka.ts'],
  },
});
