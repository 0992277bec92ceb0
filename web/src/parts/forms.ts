/** Dialogs and forms. [data-open-dialog="id"] opens a native <dialog>; [data-close-dialog] and a click on the backdrop close it; the browser keeps focus and Escape right. */
export function startForms(): void {
  document.addEventListener('click', (event) => {
    const target = event.target as Element;
    const opener = target.closest<HTMLElement>('[data-open-dialog]');
    if (opener) {
      const dialog = document.getElementById(opener.dataset.openDialog ?? '');
      if (dialog instanceof HTMLDialogElement) {
        event.preventDefault();
        dialog.showModal();
      }
      return;
    }
    const closer = target.closest('[data-close-dialog]');
    if (closer) closer.closest('dialog')?.close();
    else if (target instanceof HTMLDialogElement && target.open) target.close();
  });
  for (const dialog of document.querySelectorAll<HTMLDialogElement>('dialog[data-open]')) dialog.showModal();

  document.addEventListener('change', (event) => {
    const form = (event.target as HTMLElement).closest<HTMLFormElement>('form[data-autosubmit]');
    form?.requestSubmit();
  });

  // A dangerous action is armed only when its word has been typed.
  document.addEventListener('input', (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.dataset.mustSay === undefined) return;
    const button = input.form?.querySelector<HTMLButtonElement>('[data-armed]');
    if (button) button.disabled = input.value.trim() !== input.dataset.mustSay;
  });
}
