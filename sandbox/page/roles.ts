import type { PersonView } from '../types';

export type RoleName = '网格员' | '经办' | '领导' | '派遣' | '督查';

/** Roles as people's titles name them, in the order a report meets them; `try` is what a newcomer does as one. */
export const ROLES: { name: RoleName; colour: string; try: string }[] = [
  { name: '网格员', colour: 'blue', try: '先报一件事' },
  { name: '经办', colour: 'teal', try: '签收、办理任务' },
  { name: '领导', colour: 'violet', try: '超期了会被提醒' },
  { name: '派遣', colour: 'amber', try: '把事派给单位' },
  { name: '督查', colour: 'rose', try: '挂牌督办' },
];

/** The role a person's title names first; null for none of the five. */
export function roleOf(person: Pick<PersonView, 'title'>): RoleName | null {
  const found = ROLES.map(({ name }) => ({ name, at: person.title.indexOf(name) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  return found[0]?.name ?? null;
}

export function colourOf(person: Pick<PersonView, 'title'>): string {
  const role = roleOf(person);
  return ROLES.find(({ name }) => name === role)?.colour ?? 'slate';
}

/** The first person of each role: whom a newcomer starts with. */
export function starters(people: PersonView[]): { person: PersonView; try: string }[] {
  return ROLES.flatMap(({ name, try: hint }) => {
    const person = people.find((each) => roleOf(each) === name);
    return person ? [{ person, try: hint }] : [];
  });
}

/** People matching the words and role: those with news first, then those picked lately, then as given. */
export function listed(
  people: PersonView[],
  words: string,
  role: RoleName | null,
  recent: readonly string[],
): PersonView[] {
  const wanted = words.trim().toLowerCase();
  const found = people.filter(
    (person) =>
      (role === null || person.title.includes(role)) &&
      `${person.name} ${person.title} ${person.userId}`.toLowerCase().includes(wanted),
  );
  const news = found.filter(({ unread }) => unread > 0);
  const quiet = found.filter(({ unread }) => unread === 0);
  const lately = recent.flatMap((id) => quiet.find(({ userId }) => userId === id) ?? []);
  return [...news, ...lately, ...quiet.filter(({ userId }) => !recent.includes(userId))];
}
