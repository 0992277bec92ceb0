import { applyTheme, keepTheme, type Theme } from './theme-choice';

/** The theme changes at once instead of by a round trip; the form is what a browser without scripts uses. */
export function startThemeMenu(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    const button = (event as SubmitEvent).submitter;
    if (!(form instanceof HTMLFormElement) || !form.matches('[data-theme-form]') || !(button instanceof HTMLButtonElement)) return;
    event.preventDefault();
    keepTheme(button.value as Theme);
    applyTheme(button.value as Theme);
    for (const other of form.querySelectorAll<HTMLButtonElement>('button[name="theme"]')) {
      other.setAttribute('aria-pressed', String(other === button));
    }
    const menu = form.closest('details');
    menu?.removeAttribute('open');
    menu?.querySelector('summary')?.focus();
  });
}
