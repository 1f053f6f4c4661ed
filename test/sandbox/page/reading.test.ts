import fc from 'fast-check';
import { BadVariable, buttonsIn, fieldsIn, fill, missing, posted, shows } from '../../../sandbox/page/card-data';
import { type Block, type Inline, parseMarkdown } from '../../../sandbox/page/markdown';
import { colourOf, listed, roleOf, starters } from '../../../sandbox/page/roles';
import { chatTime, dueWords, longDate, shortTime, weekday } from '../../../sandbox/page/time';
import type { PersonView } from '../../../sandbox/types';

/** The text a reader sees, marks gone. */
function seen(blocks: Block[]): string {
  const inline = (part: Inline): string => {
    if (part.kind === 'break') return ' ';
    if (part.kind === 'image') return part.alt;
    return 'parts' in part ? part.parts.map(inline).join('') : part.text;
  };
  const block = (one: Block): string => {
    if (one.kind === 'rule') return '';
    if (one.kind === 'quote') return seen(one.blocks);
    if (one.kind === 'list') return one.items.map((item) => item.map(inline).join('')).join(' ');
    return one.parts.map(inline).join('');
  };
  return blocks.map(block).join('\n');
}

describe('Markdown', () => {
  test('what DingTalk shows is understood', () => {
    const kinds = parseMarkdown('# 题\n\n第一行  \n  第二行\n- 甲\n- **乙**\n> 引\n\n---\n3. 丙').map(
      ({ kind }) => kind,
    );
    expect(kinds).toEqual(['heading', 'paragraph', 'list', 'quote', 'rule', 'list']);
    expect(parseMarkdown('3. 丙')).toEqual([
      { kind: 'list', ordered: true, start: 3, items: [[{ kind: 'text', text: '丙' }]] },
    ]);
    expect(parseMarkdown('看[**这里**](http://127.0.0.1/a)吧')).toEqual([
      {
        kind: 'paragraph',
        parts: [
          { kind: 'text', text: '看' },
          {
            kind: 'link',
            url: 'http://127.0.0.1/a',
            parts: [{ kind: 'bold', parts: [{ kind: 'text', text: '这里' }] }],
          },
          { kind: 'text', text: '吧' },
        ],
      },
    ]);
  });

  test('an unclosed mark stays as it was typed', () => {
    expect(seen(parseMarkdown('**没有关 [链接]( 3*4 <b>'))).toBe('**没有关 [链接]( 3*4 <b>');
  });

  test('no text is lost, whatever the marks around it', () => {
    const piece = fc.constantFrom(
      '**',
      '*',
      '`',
      '[',
      '](',
      ')',
      '# ',
      '> ',
      '- ',
      '1. ',
      '\n',
      '\n\n',
      ' ',
      '路灯',
      '12',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const source = pieces.join('');
        // Words inside a link's address are not shown; those are the only ones that may go.
        const bare = source.replace(/\]\([^)\s]+\)/g, ']');
        const count = (text: string) => text.split('路灯').length;
        expect(count(seen(parseMarkdown(source)))).toBeGreaterThanOrEqual(count(bare));
      }),
    );
  });

  test('any text at all is read without a fault', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => Array.isArray(parseMarkdown(text))));
  });
});

describe('card data', () => {
  test('an empty variable holds nothing; a broken one is named', () => {
    expect(buttonsIn({}, 'buttons')).toEqual([]);
    expect(fieldsIn({ form: '' }, 'form')).toEqual([]);
    expect(() => buttonsIn({ buttons: '[{"label":1}]' }, 'buttons')).toThrow(BadVariable);
    expect(() => buttonsIn({ buttons: '{' }, 'buttons')).toThrow('buttons');
  });

  test('names in strings are filled in, unknown ones are empty', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the templates' own way to name a variable
    expect(fill('${a}：${b}${c}', { a: '甲', b: '$1' })).toBe('甲：$1');
  });

  test('a block shows when its variable is neither empty nor "false"', () => {
    const params = { yes: 'true', no: 'false', empty: '' };
    expect([undefined, 'yes', 'no', 'empty', 'unknown'].map((when) => shows(when, params))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  test('only required fields are asked for, and blanks do not count', () => {
    const fields = [
      { name: 'to', label: '单位', type: 'SELECT', required: true },
      { name: 'note', label: '说明', type: 'TEXT' },
    ] as const;
    expect(missing([...fields], { to: '  ' })).toEqual(['单位']);
    expect(missing([...fields], { to: 'u-s' })).toEqual([]);
    expect(posted('2026-11-23T08:30', 'DATETIME')).toBe('2026-11-23 08:30');
  });
});

describe('people', () => {
  const person = (userId: string, title: string, unread = 0): PersonView => ({
    ...{ userId, title, unread, unionId: `x${userId}`, name: `人${userId}`, deptId: 1 },
  });
  const people = [
    person('1', '网格员 · 红光社区'),
    person('2', '经办、领导 · 水务局'),
    person('3', '网格员 · 锦光社区', 2),
    person('4', '监察 · 区纪委'),
  ];

  test('a role is what the title names first', () => {
    expect(people.map(roleOf)).toEqual(['网格员', '经办', '网格员', null]);
    expect(colourOf(people[3]!)).toBe('slate');
  });

  test('the first of each role is suggested', () => {
    expect(starters(people).map((each) => each.person.userId)).toEqual(['1', '2']);
  });

  test('news floats up, then those picked lately; words and roles filter, second posts included', () => {
    expect(listed(people, '', null, []).map(({ userId }) => userId)).toEqual(['3', '1', '2', '4']);
    expect(listed(people, '', null, ['4', '2', 'gone']).map(({ userId }) => userId)).toEqual(['3', '4', '2', '1']);
    expect(listed(people, '', '领导', []).map(({ userId }) => userId)).toEqual(['2']);
    expect(listed(people, ' 社区 ', '网格员', []).map(({ userId }) => userId)).toEqual(['3', '1']);
  });
});

describe('time in China, wherever the browser is', () => {
  const at = (text: string) => Date.parse(`${text}+08:00`);
  const now = at('2026-11-23T09:00');

  test('days turn at midnight in China', () => {
    expect(longDate(at('2026-11-23T00:10'))).toBe('2026 年 11 月 23 日');
    expect(weekday(at('2026-11-23T00:10'))).toBe('周一');
    const times = ['2026-11-23T00:05', '2026-11-22T23:59', '2026-11-19T10:00', '2026-11-03T10:00'];
    expect(times.map((text) => shortTime(at(text), now))).toEqual(['00:05', '昨天', '周四', '11月3日']);
    expect(times.map((text) => chatTime(at(text), now))).toEqual([
      '00:05',
      '昨天 23:59',
      '周四 10:00',
      '11月3日 10:00',
    ]);
  });

  test('a due time says whether it has passed', () => {
    expect(dueWords(at('2026-11-23T18:00'), now)).toEqual({ text: '今天 18:00 前', late: false });
    expect(dueWords(at('2026-11-24T18:00'), now)).toEqual({ text: '明天 18:00 前', late: false });
    expect(dueWords(at('2026-11-20T18:00'), now)).toEqual({ text: '已超期 · 11月20日 18:00', late: true });
  });
});
