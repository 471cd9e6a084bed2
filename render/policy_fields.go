package render

import (
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/resolve/words"
)

func (t teller) decidedFields() []field[Line] {
	return []field[Line]{
		{Column: format.Column{Head: "NAMESPACE", Group: true, Drop: 1}, cell: worded(namespaceText)},
		{Column: format.Column{Head: "WORKLOAD", Group: true}, cell: worded(workloadText)},
		{Column: format.Column{Head: "PORT"}, cell: worded(portText)},
		{Column: format.Column{Head: "SERVICE", Drop: 2}, cell: worded(serviceText)},
		{Column: format.Column{Head: "MODE"}, cell: modeCell},
		{Column: format.Column{Head: "FIELD", Drop: 3}, cell: worded(fieldText)},
		{Column: format.Column{Head: "AT", Drop: 4}, cell: worded(t.decided)},
	}
}

var lostFields = []field[loss]{
	{Column: format.Column{Head: "NAMESPACE", Group: true, Drop: 1}, cell: worded(func(l loss) string { return namespaceText(l.Line) })},
	{Column: format.Column{Head: "WORKLOAD", Group: true}, cell: worded(func(l loss) string { return workloadText(l.Line) })},
	{Column: format.Column{Head: "PORT"}, cell: worded(func(l loss) string { return portText(l.Line) })},
	{Column: format.Column{Head: "SAYS", Drop: 3}, cell: worded(func(l loss) string { return l.shadow.Mode.String() })},
	{Column: format.Column{Head: "MODE"}, cell: func(l loss) format.Cell { return modeCell(l.Line) }},
	{Column: format.Column{Head: "BECAUSE", Drop: 2}, cell: func(l loss) format.Cell { return format.Cell{Text: words.Because(l.shadow.Why), Prose: true} }},
}
