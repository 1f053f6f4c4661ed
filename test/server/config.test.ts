import { type ConfigError, readConfig } from '../../server/config';

function faults(env: Record<string, string>): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    return (error as ConfigError).faults;
  }
}

test('nothing set: the sandbox, with a sample district, on SQLite, alone', () => {
  expect(readConfig({})).toMatchObject({
    dingtalk: null,
    seed: 'sample',
    databaseUrl: 'file:data/gridtalk.db',
    redisUrl: null,
    port: 3000,
  });
});

test('credentials set: no sandbox, no sample, the platform’s own addresses', () => {
  const config = readConfig({ DINGTALK_CLIENT_ID: 'ding1', DINGTALK_CLIENT_SECRET: 's', DINGTALK_ROBOT_CODE: ' ' });
  expect(config).toMatchObject({ seed: 'none', dingtalk: { robotCode: 'ding1', apiBase: 'https://api.dingtalk.com' } });
});

test('every fault is listed at once, and no value of a secret is shown', () => {
  const env = {
    PORT: 'eighty',
    DATABASE_URL: 'mysql://x',
    ROLES: 'http,cook',
    CARD_TEMPLATES: '{task',
    DINGTALK_CLIENT_SECRET: 'hush-hush',
    REDIS_URL: 'localhost',
  };
  const found = faults(env);
  expect(found.map((fault) => fault.split(':')[0]).sort()).toEqual([
    'CARD_TEMPLATES',
    'DATABASE_URL',
    'DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET go together',
    'PORT',
    'REDIS_URL',
    'ROLES',
  ]);
  expect(found.join()).not.toContain('hush-hush');
});

test.each(['http://api.dingtalk.com', 'http://10.0.0.5:8080', 'ftp://127.0.0.1'])(
  'secrets do not travel to %s',
  (base) => {
    expect(faults({ DINGTALK_API_BASE: base })).toHaveLength(1);
  },
);

test.each(['http://127.0.0.1:3001', 'http://localhost:1/', 'https://api.example.org'])('%s is accepted', (base) => {
  expect(faults({ DINGTALK_API_BASE: base })).toEqual([]);
});
