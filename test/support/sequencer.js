const { default: Sequencer } = require('@jest/test-sequencer');

/** Minutes long, and short files: Jest, which begins with the largest, would wait for them alone at the end. */
const LONG = ['/test/faults/kill.test.ts', '/test/miniapp/looks.test.ts'];

module.exports = class LongFirst extends Sequencer {
  sort(tests) {
    const isLong = ({ path }) => LONG.some((name) => path.endsWith(name));
    return [...super.sort(tests)].sort((a, b) => Number(isLong(b)) - Number(isLong(a)));
  }
};
