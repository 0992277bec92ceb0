/**
 * A form that asks for itself again while it is filled in ([data-keeps-typing]): what was typed since a question was sent is not thrown away by its answer, which is passed over then; the next
 * question follows anyway. Its buttons are asked in the same way, but for those that leave the page ([data-plain]): then nothing is asked any more, for an answer that comes meanwhile would take
 * the words meant for the next page.
 */
export function startBuilder(): void {
  const sent = new WeakMap<HTMLFormElement, string>();
  let leaving = false;
  const formOf = (event: Event): HTMLFormElement | null => (event as CustomEvent<{ elt?: Element; requestConfig?: { elt: Element } }>).detail.requestConfig?.elt.closest('form') ?? null;
  const state = (form: HTMLFormElement): string => new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)])).toString();

  document.addEventListener('htmx:configRequest', (event) => {
    const detail = (event as CustomEvent<{ elt: Element; formData: FormData; triggeringEvent?: Event }>).detail;
    // htmx takes the button that has the focus for the one that was pressed.
    if (detail.elt.closest('form')?.dataset.keepsTyping !== undefined && detail.triggeringEvent?.type !== 'submit') detail.formData.delete('do');
  });
  document.addEventListener('htmx:beforeRequest', (event) => {
    if (leaving && formOf(event)?.dataset.keepsTyping !== undefined) event.preventDefault();
  });
  window.addEventListener('pageshow', () => { leaving = false; });
  document.addEventListener('htmx:beforeSend', (event) => {
    const form = formOf(event);
    if (form?.dataset.keepsTyping !== undefined) sent.set(form, state(form));
  });
  document.addEventListener('htmx:beforeSwap', (event) => {
    const form = formOf(event);
    const detail = (event as CustomEvent<{ shouldSwap: boolean; requestConfig: { triggeringEvent?: Event } }>).detail;
    if (form?.dataset.keepsTyping === undefined || detail.requestConfig.triggeringEvent?.type === 'submit') return;
    if (sent.get(form) !== state(form)) detail.shouldSwap = false;
  });
  document.addEventListener('submit', (event) => {
    const submitter = (event as SubmitEvent).submitter;
    if (!(submitter instanceof HTMLElement) || submitter.dataset.plain === undefined) return;
    event.stopImmediatePropagation();
    leaving = true;
    submitter.closest('form')?.dispatchEvent(new CustomEvent('htmx:abort'));
  }, true);
}
