import { benchCards } from './economy';
import { benchMap } from './map';
import { benchPages } from './pages';
import { benchStream } from './stream';
import { benchTick, benchUnderstanding } from './tick';
import { benchWhatIf } from './whatif';

/** `npm run bench`: each figure beside its floor, measured in this one run. */
async function main(): Promise<void> {
  await benchStream();
  await benchTick();
  await benchPages();
  await benchMap();
  await benchWhatIf();
  benchUnderstanding();
  await benchCards();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${(error as Error).stack}\n`);
    process.exit(1);
  },
);
