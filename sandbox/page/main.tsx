import '@preact/signals';
import { render } from 'preact';
import { App } from './App';
import { start } from './desk';
import './style/base.css';
import './style/desk.css';
import './style/phone.css';
import './style/chat.css';
import './style/card.css';
import './style/sheets.css';
import './style/panel.css';
import './style/drawers.css';

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app');
render(<App />, root);
start();
