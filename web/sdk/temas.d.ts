/** What the visitor may agree to. Nothing is stored or sent without `analytics`; the others travel with every event and widen what is kept. */
export type Purpose = 'analytics' | 'personalization' | 'marketing';

/** A choice: all purposes, none, each by itself, or `pending` to ask again (which erases what was stored). */
export type ConsentChoice = 'granted' | 'denied' | 'pending' | Partial<Record<Purpose, boolean>>;

/** What holds now. */
export interface ConsentState {
  /** `pending`: calls wait in memory. `granted`: they are stored and sent. `denied`: they are forgotten. */
  readonly status: 'pending' | 'granted' | 'denied';
  readonly purposes: Readonly<Record<Purpose, boolean>>;
  /** Whether the visitor chose, here or on an earlier visit; false while an option or a signal of the browser decides. */
  readonly chosen: boolean;
  /** Whether the browser asks not to be tracked (Do Not Track or Global Privacy Control). */
  readonly signal: boolean;
}

/** Values that JSON can say. */
export type Properties = Record<string, unknown>;

/** What one call may say for itself. */
export interface CallOptions {
  /** When it happened; now by default. */
  timestamp?: Date | string | number;
  /** Added to the context of the event. */
  context?: Properties;
}

/** Texts and looks of the ready banner. What is left out is Turkish or English, after the language of the page. */
export interface BannerOptions {
  language?: 'tr' | 'en';
  title?: string;
  text?: string;
  /** Address of the privacy notice. */
  policy?: string;
  /** The purposes that can be chosen besides `analytics`. */
  purposes?: Purpose[];
  /** Colour of the buttons, such as `#0f766e`; must stand out from white. */
  colour?: string;
}

/** What is captured without a call. Labels are those of buttons and links only; nothing that a person typed is ever read. */
export interface CaptureOptions {
  clicks?: boolean;
  rage?: boolean;
  forms?: boolean;
}

export interface Options {
  /** The server, such as `https://temas.example.com`; by default the one that the script came from. */
  host?: string;
  /** What holds until the visitor chooses: `pending` by default. */
  consent?: 'pending' | 'granted' | 'denied';
  /** Take Do Not Track and Global Privacy Control for a no until the visitor chooses; true by default. */
  respectSignals?: boolean;
  /** Page views by themselves, those of single-page applications too; true by default. */
  pages?: boolean;
  /** Clicks, rage clicks and form errors by themselves; false by default. */
  capture?: boolean | CaptureOptions;
  /** Whether pages may ask: on each page view the server says whether there is a survey for this visitor here, by the asking rules of the workspace. Off unless it is said. */
  surveys?: boolean;
  /** The ready consent banner; false by default. */
  banner?: boolean | BannerOptions;
  /** Minutes of silence that end a session; 30 by default. */
  sessionMinutes?: number;
  /** Milliseconds that events wait for others before they are sent; 1,000 by default. */
  flushAfter?: number;
  /** Events that the queue holds at most; the oldest give way. 500 by default. */
  queueEvents?: number;
  /** Added to the context of every event. */
  context?: Properties;
}

/** Who the visitor is, as far as this browser knows. All empty before consent. */
export interface User {
  readonly userId?: string;
  readonly anonymousId?: string;
  readonly groupId?: string;
  readonly sessionId?: string;
}

/** An event as it is sent: the common fields of the Segment specification. */
export interface TemasEvent {
  readonly type: 'track' | 'page' | 'identify' | 'group' | 'alias';
  readonly messageId: string;
  readonly timestamp: string;
  readonly anonymousId: string;
  readonly userId?: string;
  readonly event?: string;
  readonly name?: string;
  readonly category?: string;
  readonly groupId?: string;
  readonly previousId?: string;
  readonly properties?: Properties;
  readonly traits?: Properties;
  readonly context: Properties;
}

/** What can be listened to. */
export interface Happenings {
  /** An event came into the queue. */
  event: TemasEvent;
  /** The server has this many events on disk. */
  sent: number;
  /** Events were given up: `queue_full`, `too_large`, or the code of the server's answer. */
  dropped: { count: number; reason: string };
  /** The consent changed. */
  consent: ConsentState;
}

export interface Temas {
  readonly version: string;
  /** Begins: says which source writes. Calls made before are kept. */
  load(writeKey: string, options?: Options): void;
  track(event: string, properties?: Properties, options?: CallOptions): void;
  page(properties?: Properties, options?: CallOptions): void;
  page(name: string, properties?: Properties, options?: CallOptions): void;
  page(category: string, name: string, properties?: Properties, options?: CallOptions): void;
  identify(userId: string, traits?: Properties, options?: CallOptions): void;
  identify(traits: Properties, options?: CallOptions): void;
  group(groupId: string, traits?: Properties, options?: CallOptions): void;
  alias(userId: string, previousId?: string, options?: CallOptions): void;
  /** Forgets who the visitor is, as after signing out; the next event begins a new anonymous visitor. */
  reset(): void;
  /** Tells the choice of the visitor, or without an argument what holds now. */
  consent(): ConsentState;
  consent(choice: ConsentChoice, method?: string): ConsentState;
  /** Forgets everything and sends nothing any more, until `optIn`. */
  optOut(): void;
  optIn(): void;
  /** Calls back when it is loaded; at once if it is. */
  ready(then: () => void): void;
  user(): User;
  /** Sends what waits; true when nothing waits any more. */
  flush(): Promise<boolean>;
  /** Listens; gives the way to stop. */
  on<K extends keyof Happenings>(name: K, then: (value: Happenings[K]) => void): () => void;
  /** Shows the ready banner, to change a choice. */
  showBanner(options?: BannerOptions): void;
}

export declare const temas: Temas;
export default temas;

declare global {
  interface Window {
    temas?: Temas;
  }
}
