/**
 * Dialogs and forms. [data-open-dialog="id"] opens a native <dialog>; [data-close-dialog] and a click on the backdrop close it; the browser keeps focus and Escape right.
 * Without this script the same buttons and links ask for the page with the dialog open (?dialog=id), and without it again.
 */
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
    const closing = closer?.closest('dialog');
    if (closing) {
      // One that came open with the page is closed by the link: the address asks for it no more.
      if (closing.hasAttribute('data-open')) return;
      event.preventDefault();
      closing.close();
    } else if (target instanceof HTMLDialogElement && target.open) target.close();
  });
  for (const dialog of document.querySelectorAll<HTMLDialogElement>('dialog[data-open]')) {
    dialog.close();
    dialog.showModal();
  }

  document.addEventListener('change', (event) => {
    // Of many that are ticked one after the other each would send the page: they wait for the button.
    const target = event.target as HTMLElement;
    if (!target.closest('[data-no-autosubmit]')) target.closest<HTMLFormElement>('form[data-autosubmit]')?.requestSubmit();
  });

  // A dangerous action is armed only when its word has been typed.
  const arm = (input: HTMLInputElement): void => {
    const button = input.form?.querySelector<HTMLButtonElement>('[data-armed]');
    if (button) button.disabled = input.value.trim() !== input.dataset.mustSay;
  };
  for (const input of document.querySelectorAll<HTMLInputElement>('input[data-must-say]')) arm(input);
  document.addEventListener('input', (event) => {
    if (event.target instanceof HTMLInputElement && event.target.dataset.mustSay !== undefined) arm(event.target);
  });
}
