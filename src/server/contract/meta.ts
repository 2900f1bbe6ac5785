/** What the server says about itself. `publicUrl` is null where nobody has configured one. */
export interface Meta {
  readonly version: string;
  readonly publicUrl: string | null;
}
