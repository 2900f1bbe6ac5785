/** Where a new product is written. Two segments below `products`, since any single one may be a product's SKU. */
export const newProductPath = "/products/new/form";
