package render

import "github.com/mtlsctl/mtlsctl/resolve/words"

func (t teller) decidedFields() []field[Line] {
	return []field[Line]{
		{Column: Column{Head: "NAMESPACE", Group: true, Drop: 1}, cell: worded(namespaceText)},
		{Column: Column{Head: "WORKLOAD", Group: true}, cell: worded(workloadText)},
		{Column: Column{Head: "PORT"}, cell: worded(portText)},
		{Column: Column{Head: "SERVICE", Drop: 2}, cell: worded(serviceText)},
		{Column: Column{Head: "MODE"}, cell: modeCell},
		{Column: Column{Head: "FIELD", Drop: 3}, cell: worded(fieldText)},
		{Column: Column{Head: "AT", Drop: 4}, cell: worded(t.decided)},
	}
}

var lostFields = []field[loss]{
	{Column: Column{Head: "NAMESPACE", Group: true, Drop: 1}, cell: worded(func(l loss) string { return namespaceText(l.Line) })},
	{Column: Column{Head: "WORKLOAD", Group: true}, cell: worded(func(l loss) string { return workloadText(l.Line) })},
	{Column: Column{Head: "PORT"}, cell: worded(func(l loss) string { return portText(l.Line) })},
	{Column: Column{Head: "SAYS", Drop: 3}, cell: worded(func(l loss) string { return l.shadow.Mode.String() })},
	{Column: Column{Head: "MODE"}, cell: func(l loss) Cell { return modeCell(l.Line) }},
	{Column: Column{Head: "BECAUSE", Drop: 2}, cell: func(l loss) Cell { return Cell{Text: words.Because(l.shadow.Why), Prose: true} }},
}
