import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACTIONS } from '../server/domain/commands';
import { contract } from '../server/http/contract';

/** What outsiders read is true and complete, in both languages. */

const ROOT = join(__dirname, '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const READMES = ['README.md', 'README.zh.md'];

/** Words set as code, and lines of shell blocks: what a reader copies. */
function quoted(text: string): string[] {
  const [blocks, rest] = [text.match(/```sh\n[\s\S]*?```/g) ?? [], text.replace(/```[\s\S]*?```/g, '')];
  return [...blocks, ...(rest.match(/`[^`\n]+`/g) ?? [])].map((each) => each.replace(/`/g, ''));
}

describe.each(READMES)('%s', (file) => {
  const words = quoted(read(file));

  test('fits on a few screens', () => {
    expect(read(file).split('\n').length).toBeLessThanOrEqual(150);
  });

  test('names every command', () => {
    expect(Object.keys(ACTIONS).filter((action) => !words.includes(action))).toEqual([]);
  });

  test('names every variable of the configuration, and none that is not read', () => {
    const known = read('server/config.ts')
      .match(/^ {2}[A-Z][A-Z_]+(?=:)/gm)!
      .map((name) => name.trim());
    const table = read(file)
      .match(/^\| `[A-Z].*/gm)!
      .join('\n');
    const said = [...new Set(table.match(/[A-Z]+(_[A-Z]+)+|HOST|PORT|ROLES|SEED/g))];
    expect(said.filter((name) => !known.includes(name))).toEqual([]);
    expect(known.filter((name) => !said.includes(name))).toEqual([]);
  });

  test('names every program for outsiders, and none that there is not', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const said = new Set([...words.join('\n').matchAll(/npm run (\w+)/g)].map(([, name]) => name!));
    expect([...said].filter((name) => !scripts[name])).toEqual([]);
    expect(['people', 'verify', 'rules', 'whatif', 'doctor', 'bench'].filter((name) => !said.has(name))).toEqual([]);
  });

  test('names addresses and folders that there are', () => {
    const routes = Object.keys(contract).map((key) => key.split(' ')[1]!);
    const paths = words.flatMap((word) => word.match(/^(?:[A-Z]+ )?(\/[\w./:-]+)$/)?.[1] ?? []);
    expect(paths.filter((path) => !routes.includes(path) && path !== '/sandbox/api')).toEqual([]);
    const folders = read(file)
      .match(/`\w+\/(\w+\/)?`/g)!
      .map((each) => each.replace(/`/g, ''));
    expect(folders.filter((folder) => !existsSync(join(ROOT, folder)))).toEqual([]);
  });
});

test('the two languages quote the same things', () => {
  const [english, chinese] = READMES.map((file) => [...new Set(quoted(read(file)))].sort());
  expect(chinese).toEqual(english);
});
