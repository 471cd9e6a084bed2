package render

import "slices"

// proseFloor is the narrowest that a column is made by cutting sentences.
const proseFloor = 24

// fit makes lines as short as a terminal. Sentences are cut at the end before
// columns go, the least important first; a name is never cut. Columns that never
// drop are kept even where they do not fit: a terminal that wraps is better than
// an answer that is missing.
func (l *layout) fit(limit int) {
	for l.lineWidth() > limit && !l.shrink(limit) {
		least := 0
		for i, c := range l.columns {
			if c.Drop > l.columns[least].Drop {
				least = i
			}
		}
		if l.columns[least].Drop == 0 || len(l.columns) == 1 {
			return
		}
		l.drop(least)
	}
	l.cut()
}

func (l *layout) lineWidth() int {
	sum := l.indent + gap*(len(l.widths)-1)
	for _, w := range l.widths {
		sum += w
	}
	return sum
}

// shrink narrows columns of sentences if that alone is enough.
func (l *layout) shrink(limit int) bool {
	excess := l.lineWidth() - limit
	narrower := slices.Clone(l.widths)
	for i := range narrower {
		less := min(excess, narrower[i]-l.floor(i))
		narrower[i] -= less
		excess -= less
	}
	if excess > 0 {
		return false
	}
	l.widths = narrower
	return true
}

// floor is the width that column i needs for its header and its names.
func (l *layout) floor(i int) int {
	floor := 0
	if l.header {
		floor = width(l.columns[i].Head)
	}
	for _, row := range l.rows {
		w := width(row[i].Text)
		if row[i].Prose {
			w = min(w, proseFloor)
		}
		floor = max(floor, w)
	}
	return floor
}

// cut shortens the sentences that are wider than their column.
func (l *layout) cut() {
	for _, row := range l.rows {
		for i := range row {
			if row[i].Prose && width(row[i].Text) > l.widths[i] {
				text := []rune(row[i].Text)
				row[i].Text = string(text[:min(l.widths[i]-1, len(text))]) + "…"
			}
		}
	}
}

func (l *layout) drop(i int) {
	l.columns = slices.Delete(slices.Clone(l.columns), i, i+1)
	l.widths = slices.Delete(l.widths, i, i+1)
	for r := range l.rows {
		l.rows[r] = slices.Delete(l.rows[r], i, i+1)
	}
}
