// Own points: typed one by one, pasted as a table, or touched in the chart.

/** The panel of own points. `changed(points)` is called with all of them, x and y in turn. */
class PointsPanel {
  constructor(changed) {
    this.changed = changed;
    byId("point-form").addEventListener("submit", event => {
      event.preventDefault();
      this.addTyped();
    });
    byId("take-pasted").addEventListener("click", () => this.takePasted());
    byId("remove-point").addEventListener("click", () => this.changed(this.points.slice(0, -2)));
    byId("clear-points").addEventListener("click", () => this.changed([]));
  }

  show({data, points}) {
    this.points = points;
    byId("own-points").hidden = data !== OWN_POINTS;
    byId("point-count").textContent = word("point_count", {count: points.length / 2});
    byId("remove-point").disabled = !points.length;
    byId("clear-points").disabled = !points.length;
  }

  add(x, y) {
    if (this.points.length / 2 >= MOST_POINTS) {
      this.tell(word("paste_many", {count: MOST_POINTS + 1, most: MOST_POINTS}), true);
      return;
    }
    this.tell("");
    this.changed([...this.points, x, y]);
  }

  addTyped() {
    const fields = [byId("point-x"), byId("point-y")];
    const numbers = fields.map(field => parsed(field.value));
    const isWrong = numbers.map(x => !(x >= -1 && x <= 1));
    fields.forEach((field, i) => field.setAttribute("aria-invalid", isWrong[i]));
    if (isWrong.some(Boolean)) {
      this.tell(word("point_range"), true);
      return;
    }
    this.add(...numbers);
    for (const field of fields) field.value = "";
    fields[0].focus();
  }

  takePasted() {
    const field = byId("pasted");
    try {
      const {pairs, ranges} = scaledPairs(pastedPairs(field.value));
      field.setAttribute("aria-invalid", "false");
      const scaled = ["x", "y"].flatMap((name, i) => {
        if (!ranges[i]) return [];
        const [low, high] = ranges[i].map(x => shown(x));
        return [word("paste_scaled", {name, low, high})];
      });
      this.tell([word("paste_taken", {count: pairs.length}), ...scaled].join(" "));
      this.changed(pairs.flat());
    } catch (error) {
      if (!(error instanceof BadPaste)) throw error;
      field.setAttribute("aria-invalid", "true");
      this.tell(word(error.key, error.known), true);
    }
  }

  tell(text, isWrong = false) {
    const place = byId("paste-outcome");
    place.classList.toggle("wrong", isWrong);
    place.textContent = text;
  }
}
