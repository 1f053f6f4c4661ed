import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CardBlock, CardButton, CardTemplate, CardView, FormField } from '../types';
import { CardActions } from './CardActions';
import { BadVariable, buttonsIn, fieldsIn, fill, linesIn, rowsIn, shows, urlsIn } from './card-data';
import { Fields } from './Fields';
import { follow } from './links';
import { Markdown } from './Markdown';
import type { Phone } from './phone';

interface Props {
  phone: Phone;
  card: CardView;
  template: CardTemplate;
}

/** What every block of one card needs. */
interface Drawing {
  phone: Phone;
  card: CardView;
  /** Form fields of the whole card: those a button asks for, and those shown at once. */
  asked: FormField[];
  loose: FormField[];
  values: Record<string, string>;
  set: (name: string, value: string) => void;
}

/** An interactive card, drawn from its template and this person's params. */
export function Card({ phone, card, template }: Props): JSX.Element {
  const [values, setValues] = useState<Record<string, string>>({});
  const set = (name: string, value: string) => setValues((before) => ({ ...before, [name]: value }));
  const fields = formsOf(card, template);
  const drawing: Drawing = { phone, card, values, set, ...fields };
  return (
    <article class="card" aria-label={fill(headline(template), card.params)}>
      {template.layout
        .filter((block) => shows(block.when, card.params))
        .map((block, index) => (
          <div key={index} class={`block ${block.block}`}>
            {guarded(() => draw(block, drawing))}
          </div>
        ))}
    </article>
  );
}

function headline(template: CardTemplate): string {
  const header = template.layout.find((block) => block.block === 'header');
  return header?.block === 'header' ? header.title : template.title;
}

/** A field named by a button is asked for when it is tapped; the others stand open in the form block. */
function formsOf({ params }: CardView, { layout }: CardTemplate): { asked: FormField[]; loose: FormField[] } {
  const fields = layout.flatMap((block) => (block.block === 'form' ? orNone(() => fieldsIn(params, block.form)) : []));
  const buttons = layout.flatMap((block) =>
    block.block === 'buttons' ? orNone(() => buttonsIn(params, block.buttons)) : [],
  );
  const named = new Set(buttons.flatMap((button) => button.fields ?? []));
  return {
    asked: fields.filter(({ name }) => named.has(name)),
    loose: fields.filter(({ name }) => !named.has(name)),
  };
}

/** The fault itself is shown by the block that reads the variable. */
function orNone<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof BadVariable) return [];
    throw error;
  }
}

function guarded(render: () => ComponentChildren): ComponentChildren {
  try {
    return render();
  } catch (error) {
    if (error instanceof BadVariable) return <p class="text warning">{error.message}</p>;
    throw error;
  }
}

function draw(block: CardBlock, drawing: Drawing): ComponentChildren {
  const { phone, card, asked, loose, values, set } = drawing;
  const { params } = card;
  switch (block.block) {
    case 'header':
      return <Header {...block} params={params} />;
    case 'text':
      return <p class={`text ${block.style ?? 'body'}`}>{fill(block.text, params)}</p>;
    case 'markdown':
      return <Markdown text={fill(block.text, params)} onLink={(url, title) => follow(phone, url, title)} />;
    case 'fields':
      return <Rows rows={rowsIn(params, block.rows)} />;
    case 'images':
      return <Photos phone={phone} urls={urlsIn(params, block.urls)} />;
    case 'timeline':
      return <Timeline lines={linesIn(params, block.rows)} />;
    case 'form': {
      const here = fieldsIn(params, block.form).filter(({ name }) => loose.some((field) => field.name === name));
      return here.length > 0 && <Fields fields={here} values={values} set={set} />;
    }
    case 'buttons': {
      const buttons: CardButton[] = buttonsIn(params, block.buttons);
      return <CardActions {...{ phone, card, buttons, asked, loose, values, set }} flow={block.flow ?? 'row'} />;
    }
    case 'link': {
      const text = fill(block.text, params);
      return (
        <button type="button" class="more" onClick={() => follow(phone, fill(block.url, params), text)}>
          {text}
        </button>
      );
    }
    case 'divider':
      return <hr />;
  }
}

const TONES = new Set(['blue', 'orange', 'red', 'green', 'grey']);

function Header(props: { title: string; tag?: string; tone?: string; params: Record<string, string> }): JSX.Element {
  const { title, tag = '', tone = '', params } = props;
  const filled = fill(tone, params);
  const words = fill(tag, params);
  return (
    <header class={TONES.has(filled) ? filled : 'blue'}>
      <h3>{fill(title, params)}</h3>
      {words && <span class="tag">{words}</span>}
    </header>
  );
}

function Rows({ rows }: { rows: { label: string; value: string }[] }): JSX.Element {
  return (
    <dl>
      {rows.map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Photos({ phone, urls }: { phone: Phone; urls: string[] }): JSX.Element {
  return (
    <div class={`photos n${Math.min(urls.length, 3)}`}>
      {urls.map((url, index) => (
        <button
          key={url}
          type="button"
          aria-label={`看第 ${index + 1} 张照片`}
          onClick={() => (phone.photo.value = url)}
        >
          <img src={url} alt="" loading="lazy" />
        </button>
      ))}
    </div>
  );
}

function Timeline({ lines }: { lines: { time: string; text: string; tone?: string }[] }): JSX.Element {
  return (
    <ol>
      {lines.map(({ time, text, tone }, index) => (
        <li key={index} class={tone}>
          <time>{time}</time>
          <span>{text}</span>
        </li>
      ))}
    </ol>
  );
}
