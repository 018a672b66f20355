/**
 * Computes once for each object and remembers it for as long as the object lives: many gates read the same series, and reading one costs as much
 * as judging it. Still a function of its argument alone, because evidence never changes once it is made: an edit makes new objects.
 */
export function oncePer<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before.value;
    const value = compute(key);
    known.set(key, { value });
    return value;
  };
}

/** The same for an object and a name, or anything else that is one and the same wherever it is asked for. */
export function oncePerBoth<Key extends object, Name, Value>(compute: (key: Key, name: Name) => Value): (key: Key, name: Name) => Value {
  const namesOf = oncePer((_key: Key) => new Map<Name, { readonly value: Value }>());
  return (key, name) => {
    const known = namesOf(key);
    const before = known.get(name);
    if (before !== undefined) return before.value;
    const value = compute(key, name);
    known.set(name, { value });
    return value;
  };
}
