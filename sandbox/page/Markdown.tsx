import type { JSX } from 'preact';
import { targetOf } from './links';
import { type Block, type Inline, parseMarkdown } from './markdown';

interface Props {
  text: string;
  /** Follows a tapped link. */
  onLink: (url: string, title: string) => void;
}

/** Markdown as elements; a link that leads nowhere safe is plain text. */
export function Markdown({ text, onLink }: Props): JSX.Element {
  return <div class="markdown">{parseMarkdown(text).map((block) => renderBlock(block, onLink))}</div>;
}

function renderBlock(block: Block, onLink: Props['onLink']): JSX.Element {
  switch (block.kind) {
    case 'heading':
      return <p class={`heading h${Math.min(block.level, 4)}`}>{renderInline(block.parts, onLink)}</p>;
    case 'paragraph':
      return <p>{renderInline(block.parts, onLink)}</p>;
    case 'quote':
      return <blockquote>{block.blocks.map((inner) => renderBlock(inner, onLink))}</blockquote>;
    case 'list':
      return renderList(block, onLink);
    case 'rule':
      return <hr />;
  }
}

function renderList(list: Extract<Block, { kind: 'list' }>, onLink: Props['onLink']): JSX.Element {
  const items = list.items.map((parts, index) => <li key={index}>{renderInline(parts, onLink)}</li>);
  return list.ordered ? <ol start={list.start}>{items}</ol> : <ul>{items}</ul>;
}

type Rendered = (JSX.Element | string)[];

function renderInline(parts: Inline[], onLink: Props['onLink']): Rendered {
  return parts.map((part) => renderPart(part, onLink));
}

function renderPart(part: Inline, onLink: Props['onLink']): JSX.Element | string {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'break':
      return <br />;
    case 'bold':
      return <strong>{renderInline(part.parts, onLink)}</strong>;
    case 'italic':
      return <em>{renderInline(part.parts, onLink)}</em>;
    case 'code':
      return <code>{part.text}</code>;
    case 'image':
      return targetOf(part.url) ? <img src={part.url} alt={part.alt} /> : part.alt;
    case 'link':
      return renderLink(part, onLink);
  }
}

function renderLink(link: Extract<Inline, { kind: 'link' }>, onLink: Props['onLink']): JSX.Element {
  const inner = renderInline(link.parts, onLink);
  if (!targetOf(link.url)) return <>{inner}</>;
  return (
    <button type="button" class="text-link" onClick={() => onLink(link.url, plain(link.parts))}>
      {inner}
    </button>
  );
}

function plain(parts: Inline[]): string {
  return parts.map((part) => ('parts' in part ? plain(part.parts) : 'text' in part ? part.text : '')).join('');
}
