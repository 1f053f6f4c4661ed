import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CardButton, CardView, FormField } from '../types';
import { missing, posted } from './card-data';
import { Fields } from './Fields';
import { follow } from './links';
import { type Phone, tap, toast } from './phone';

interface Props {
  phone: Phone;
  card: CardView;
  buttons: CardButton[];
  flow: 'row' | 'column';
  asked: FormField[];
  loose: FormField[];
  values: Record<string, string>;
  set: (name: string, value: string) => void;
}

/** A card may be redrawn while a button's form is open: the button is known again by what it does. */
const keyOf = ({ action, label }: CardButton) => `${action} ${label}`;

/** The buttons of a card; one that asks for words or a confirmation opens them in the card first. */
export function CardActions(props: Props): JSX.Element {
  const { phone, buttons, flow } = props;
  const [openKey, setOpenKey] = useState<string | null>(null);
  const [busyKey, setBusyKey] = useState<string | null>(null);
  const opened = buttons.find((button) => keyOf(button) === openKey);
  const send = async (button: CardButton) => {
    setBusyKey(keyOf(button));
    const done = await post(props, button);
    setBusyKey(null);
    if (done) setOpenKey(null);
  };
  const press = (button: CardButton) => {
    if (button.url) follow(phone, button.url, button.label);
    else if (button.fields?.length || button.confirm) setOpenKey(keyOf(button));
    else void send(button);
  };
  if (opened) {
    return (
      <Ask
        {...props}
        button={opened}
        busy={busyKey !== null}
        onCancel={() => setOpenKey(null)}
        onSend={() => void send(opened)}
      />
    );
  }
  return (
    <div class={`flow ${flow}`}>
      {buttons.map((button) => (
        <button
          key={keyOf(button)}
          type="button"
          class={`act ${button.style ?? 'default'}`}
          disabled={busyKey !== null}
          aria-busy={busyKey === keyOf(button)}
          onClick={() => press(button)}
        >
          {button.label}
        </button>
      ))}
    </div>
  );
}

/** The fields this button posts: those it names, and those that stand open in the card. */
function fieldsFor({ asked, loose }: Props, button: CardButton): FormField[] {
  return [...asked.filter(({ name }) => button.fields?.includes(name)), ...loose];
}

async function post(props: Props, button: CardButton): Promise<boolean> {
  const { phone, card, values } = props;
  const fields = fieldsFor(props, button);
  const empty = missing(fields, values);
  if (empty.length > 0) {
    toast(phone, `请填写${empty.join('、')}`);
    return false;
  }
  const form = Object.fromEntries(fields.map(({ name, type }) => [name, posted(values[name] ?? '', type)]));
  return tap(phone, {
    outTrackId: card.outTrackId,
    action: button.action,
    ...(button.params && { params: button.params }),
    ...(fields.length > 0 && { form }),
  });
}

interface AskProps extends Props {
  button: CardButton;
  busy: boolean;
  onCancel: () => void;
  onSend: () => void;
}

function Ask(props: AskProps): JSX.Element {
  const { button, asked, values, set, busy, onCancel, onSend } = props;
  const fields = asked.filter(({ name }) => button.fields?.includes(name));
  const submit = (event: Event) => {
    event.preventDefault();
    onSend();
  };
  return (
    <form class="ask" aria-label={button.label} noValidate onSubmit={submit}>
      {button.confirm ? <p class="question">{button.confirm}</p> : <p class="asking">{button.label}</p>}
      <Fields fields={fields} values={values} set={set} focus />
      <div class="flow row">
        <button type="button" class="act default" disabled={busy} onClick={onCancel}>
          取消
        </button>
        <button
          type="submit"
          class={`act ${button.style === 'danger' ? 'danger' : 'primary'}`}
          disabled={busy}
          aria-busy={busy}
        >
          确定
        </button>
      </div>
    </form>
  );
}
