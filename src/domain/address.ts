/** A postal address as people write it; every part may be empty. `name` is who receives. */
export interface Address {
  readonly name: string;
  readonly street: string;
  readonly city: string;
  readonly region: string;
  readonly postalCode: string;
  readonly country: string;
}

/** An address with nothing in it. */
export const emptyAddress: Address = {
  name: "",
  street: "",
  city: "",
  region: "",
  postalCode: "",
  country: "",
};

/** The address on one line, as an envelope's reader would say it: "59 rue de l'Abbaye, 51100 Reims, France". */
export function addressLine(address: Address): string {
  const town = [address.postalCode, address.city].filter((part) => part !== "").join(" ");
  return [address.name, address.street, town, address.region, address.country]
    .filter((part) => part !== "")
    .join(", ");
}
