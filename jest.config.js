/** @type {import('jest').Config} */
const shared = {
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: {
    '^.+\\.(t|j)sx?$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', tsx: true },
          target: 'es2022',
          transform: { react: { runtime: 'automatic', importSource: 'preact' } },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  transformIgnorePatterns: [
    '/node_modules/(?!(@prisma/schema-engine-wasm|wouter-preact|regexparam|idb|supercluster|kdbush|d3-.*|internmap)/)',
    '/generated/.*\\.wasm$',
  ],
};

/** These measure time: nothing may run beside them. */
const alone = ['<rootDir>/test/miniapp/lighthouse.test.ts', '<rootDir>/test/miniapp/taps.test.ts'];

/** @type {import('jest').Config} */
module.exports = {
  projects: [
    { ...shared, testMatch: ['<rootDir>/test/**/*.test.ts'], testPathIgnorePatterns: alone },
    { ...shared, testMatch: alone, runner: '<rootDir>/test/support/alone.js' },
  ],
  testSequencer: '<rootDir>/test/support/sequencer.js',
  reporters: ['default', '<rootDir>/test/support/reporter.js'],
  // Far from what a test takes: it is there for those that hang, not for machines that are busy.
  testTimeout: 180_000,
  maxWorkers: 2,
  // A worker with nothing left to do takes a while to give back its memory: jest's half second is too short on a busy machine.
  workerGracefulExitTimeout: 20_000,
};
