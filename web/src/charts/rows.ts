/** The rows of the tables beside a chart: each carries in data-at the point that it is about. */
export class Rows {
  constructor(private readonly within: ParentNode) {}

  cells(at: string | number): HTMLTableCellElement[] {
    return [...(this.within.querySelector<HTMLTableRowElement>(`tr[data-at="${CSS.escape(String(at))}"]`)?.cells ?? [])];
  }

  text(at: string | number, cell: number): string {
    return this.cells(at)[cell]?.textContent?.trim() ?? '';
  }

  link(at: string | number, cell?: number): HTMLAnchorElement | null {
    const cells = cell === undefined ? this.cells(at) : this.cells(at).slice(cell, cell + 1);
    return cells.map((c) => c.querySelector('a')).find((a) => a) ?? null;
  }

  open(at: string): void {
    this.link(at)?.click();
  }

  /** The cells that say what they are. */
  said(at: string): { name: string; text: string }[] {
    return this.cells(at).filter((c) => c.dataset.label !== undefined).map((c) => ({ name: c.dataset.label ?? '', text: c.textContent?.trim() ?? '' }));
  }
}
