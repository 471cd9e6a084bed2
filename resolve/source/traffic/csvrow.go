package traffic

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mtlsctl/mtlsctl/resolve/evidence"
)

// addRow takes a row as an edge or, where it says that something failed, as a failure.
func addRow(t *evidence.Traffic, header, row []string) error {
	cells := rowCells{header, row}
	ends, err := cells.between()
	if err != nil {
		return err
	}
	count, err := strconv.ParseFloat(cells.at("count"), 64)
	if err != nil {
		return fmt.Errorf("count %q: want a number", cells.at("count"))
	}
	var last time.Time
	if text := cells.at("lastSeen"); text != "" {
		if last, err = time.Parse(time.RFC3339, text); err != nil {
			return fmt.Errorf("lastSeen %q: want a time such as 2026-01-02T15:04:05Z", text)
		}
	}
	if what := cells.at("failure"); what != "" {
		t.Failures = append(t.Failures, failureItem{ends, evidence.FailureKind(what), cells.at("detail"), count, last}.failure())
		return nil
	}
	i := item{between: ends, Protocol: evidence.Wire(cells.at("protocol")), Count: count, LastSeen: last}
	if err = i.Security.UnmarshalText([]byte(cells.at("security"))); err == nil {
		t.Edges = append(t.Edges, i.edge())
	}
	return err
}

// rowCells finds the cells of a row by the header.
type rowCells struct{ header, row []string }

// at is the text in a column, "" where there is no such column.
func (c rowCells) at(name string) string {
	i := slices.Index(c.header, name)
	if i < 0 {
		return ""
	}
	return strings.TrimSpace(c.row[i])
}

func (c rowCells) between() (b between, err error) {
	b = between{
		c.at("clientNamespace"), c.at("client"), c.at("clientPod"), c.at("clientAddress"), c.at("clientServiceAccount"),
		c.at("serverNamespace"), c.at("server"), c.at("serverPod"), c.at("serverAddress"), 0, c.at("serviceNamespace"), c.at("service"), 0,
	}
	if b.Port, err = c.port("port"); err == nil {
		b.ServicePort, err = c.port("servicePort")
	}
	return b, err
}

func (c rowCells) port(name string) (int32, error) {
	text := c.at(name)
	if text == "" {
		return 0, nil
	}
	number, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return 0, fmt.Errorf("%s %q: want 0 to 65535", name, text)
	}
	return int32(number), nil
}

// rows are the header and all rows. What no row has gets no column, unless every
// record has it.
func rows(t *evidence.Traffic) [][]string {
	r := recordOf(t)
	list := [][]string{append(slices.Clone(columns), moreColumns...)}
	for _, i := range r.Items {
		list = append(list, i.row(string(i.Protocol), i.Security.String(), i.Count, i.LastSeen, "", ""))
	}
	for _, i := range r.Failures {
		list = append(list, i.row("", "", i.Count, i.LastSeen, string(i.Failure), i.Detail))
	}
	for at := len(list[0]) - 1; at >= len(columns); at-- {
		if !slices.ContainsFunc(list[1:], func(row []string) bool { return row[at] != "" }) {
			for i := range list {
				list[i] = slices.Delete(list[i], at, at+1)
			}
		}
	}
	return list
}

// row has the order of columns and moreColumns.
func (b between) row(protocol, security string, count float64, last time.Time, failure, detail string) []string {
	return []string{
		b.ClientNamespace, b.Client, b.ServerNamespace, b.Server, b.ServiceNamespace, b.Service,
		protocol, security, strconv.FormatFloat(count, 'f', -1, 64), stamp(last),
		b.ClientPod, b.ClientAddress, b.ClientServiceAccount, b.ServerPod, b.ServerAddress, portText(b.Port), portText(b.ServicePort), failure, detail,
	}
}

func portText(n int32) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(int(n))
}
