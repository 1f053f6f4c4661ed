/** The part of Markdown that DingTalk shows (reference §4.3), as data; what is not understood stays text. */
export type Block =
  | { kind: 'heading'; level: number; parts: Inline[] }
  | { kind: 'paragraph'; parts: Inline[] }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'list'; ordered: boolean; start: number; items: Inline[][] }
  | { kind: 'rule' };

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'bold' | 'italic'; parts: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'link'; url: string; parts: Inline[] }
  | { kind: 'image'; url: string; alt: string }
  | { kind: 'break' };

const ITEM = /^\s*(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/;
const HEADING = /^\s{0,3}(#{1,6})\s+(.*)$/;
const QUOTE = /^\s*>\s?/;
const RULE = /^\s*([-*_])(?:\s*\1){2,}\s*$/;

type LineKind = 'blank' | 'rule' | 'heading' | 'quote' | 'item' | 'text';

function kindOf(line: string): LineKind {
  if (line.trim() === '') return 'blank';
  if (RULE.test(line)) return 'rule';
  if (HEADING.test(line)) return 'heading';
  if (QUOTE.test(line)) return 'quote';
  return ITEM.test(line) ? 'item' : 'text';
}

/** Reads Markdown into blocks. Never throws. */
export function parseMarkdown(source: string): Block[] {
  const lines = source.replace(/\r\n?/g, '\n').split('\n');
  const blocks: Block[] = [];
  for (let from = 0; from < lines.length; ) {
    const kind = kindOf(lines[from] ?? '');
    const alone = kind === 'heading' || kind === 'rule';
    let to = from + 1;
    while (!alone && to < lines.length && kindOf(lines[to] ?? '') === kind) to += 1;
    const block = blockOf(kind, lines.slice(from, to));
    if (block) blocks.push(block);
    from = to;
  }
  return blocks;
}

function blockOf(kind: LineKind, lines: string[]): Block | null {
  const [first = ''] = lines;
  switch (kind) {
    case 'blank':
      return null;
    case 'rule':
      return { kind };
    case 'heading': {
      const [, marks = '', text = ''] = HEADING.exec(first) ?? [];
      return { kind, level: marks.length, parts: parseInline(text.replace(/\s+#+\s*$/, '')) };
    }
    case 'quote':
      return { kind, blocks: parseMarkdown(lines.map((line) => line.replace(QUOTE, '')).join('\n')) };
    case 'item':
      return listOf(lines);
    case 'text':
      return { kind: 'paragraph', parts: parseInline(lines.map((line) => line.trim()).join('\n')) };
  }
}

function listOf(lines: string[]): Block {
  const items = lines.map((line) => ITEM.exec(line));
  const number = items[0]?.[1];
  return {
    kind: 'list',
    ordered: number !== undefined,
    start: Number(number ?? 1),
    items: items.map((item) => parseInline(item?.[2] ?? '')),
  };
}

const MARK =
  /!\[([^\]\n]*)\]\(([^)\s]+)\)|\[([^\]\n]+)\]\(([^)\s]+)\)|\*\*(.+?)\*\*|(\*{2,})|`([^`\n]+)`|\*([^*\s][^*\n]*)\*|\n/;

/** Reads one run of text; marks may nest, and an unclosed mark stays as it was typed. */
export function parseInline(source: string): Inline[] {
  const found = MARK.exec(source);
  if (!found) return source ? [{ kind: 'text', text: source }] : [];
  const before = source.slice(0, found.index);
  const after = source.slice(found.index + found[0].length);
  return [...(before ? [{ kind: 'text', text: before } as const] : []), marked(found), ...parseInline(after)];
}

function marked([, alt, image, label, link, bold, stars, code, italic]: RegExpExecArray): Inline {
  if (image !== undefined) return { kind: 'image', url: image, alt: alt ?? '' };
  if (link !== undefined) return { kind: 'link', url: link, parts: parseInline(label ?? link) };
  if (bold !== undefined) return { kind: 'bold', parts: parseInline(bold) };
  if (stars !== undefined) return { kind: 'text', text: stars };
  if (code !== undefined) return { kind: 'code', text: code };
  if (italic !== undefined) return { kind: 'italic', parts: parseInline(italic) };
  return { kind: 'break' };
}
