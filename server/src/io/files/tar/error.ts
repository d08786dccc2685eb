/** Why a tar is not read: it is not whole, or there is something in it that has no business there. */
export class TarError extends Error {
  readonly code: 'corrupt' | 'refused';

  constructor(code: TarError['code'], message: string) {
    super(message);
    this.name = 'TarError';
    this.code = code;
  }
}
