// One schema, two databases: schema.prisma is written for SQLite; the PostgreSQL client is generated from the same
// models. `prisma generate` insists on an engine binary that it never runs (DESIGN §6); any executable satisfies it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const generated = join(here, '..', 'generated');
const source = readFileSync(join(here, 'schema.prisma'), 'utf8');

for (const provider of ['sqlite', 'postgresql']) {
  const schema = join(generated, `${provider}.prisma`);
  mkdirSync(generated, { recursive: true });
  writeFileSync(
    schema,
    source
      .replace('provider = "sqlite"', `provider = "${provider}"`)
      .replace('output = "../generated/sqlite"', `output = "./${provider}"`),
  );
  execFileSync(
    process.execPath,
    [join(here, '..', 'node_modules', 'prisma', 'build', 'index.js'), 'generate', '--schema', schema],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        CHECKPOINT_DISABLE: '1',
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
      },
    },
  );
}
