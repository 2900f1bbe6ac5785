import type { Address } from "../../domain/address.ts";

/** What the parts of a postal address are called. */
export const addressWords: Readonly<Record<keyof Address, string>> = {
  name: "Recipient",
  street: "Street",
  city: "City",
  region: "Region",
  postalCode: "Postal code",
  country: "Country",
};
