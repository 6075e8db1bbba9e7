/** Short messages that come and go, read out by screen readers. */
import { byId, element } from './element.mjs';
import { t } from './language.mjs';
import { Problem } from './request.mjs';

/** @param {string} text @param {'info' | 'problem'} [tone] */
export function notice(text, tone = 'info') {
  const note = element('p', { class: `toast ${tone}` }, text);
  byId('toasts').append(note);
  setTimeout(() => note.remove(), tone === 'problem' ? 9000 : 5000);
}

/** What went wrong, in a sentence. @param {unknown} error */
export function sentence(error) {
  if (!(error instanceof Problem)) return error instanceof Error ? error.message : String(error);
  if (error.status === 0) return t('problem.unreachable');
  if (error.status === 503) return t('problem.busy');
  return error.message || t('problem.status', { status: String(error.status) });
}
