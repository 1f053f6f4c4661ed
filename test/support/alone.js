// Jest finishes one runner's files before it begins another's: these run one by one, with nothing beside them.
const { default: Runner } = require('jest-runner');

module.exports = class Alone extends Runner {
  isSerial = true;
};
