/* SPDX-License-Identifier: Apache-2.0 */
/* XML, CBOR and the uploads of browsers. */
#include "../support/suite.h"
#include "members_samples.h"

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

#define S3_NS "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""

static const struct sample xml[] = {
    {"<Delete " S3_NS "><Object><Key>a/b</Key></Object><Object><Key>c</Key><VersionId>v"
     "</VersionId></Object><Quiet>true</Quiet></Delete>",
     "Object.#.Key", "a/b@0 c@1"},
    {"<Delete><Object><Key>a</Key></Object><Object><Key>c</Key><VersionId>v</VersionId></Object>"
     "</Delete>",
     "Object.#.VersionId", "v@1"},
    {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- x -->\n<T>\r\n  <TagSet >\n    <Tag>\n"
     "<Key>k</Key>\t<Value></Value></Tag>\n  </TagSet\n>\n</T>\n<!-- y -->\n",
     "TagSet.Tag.#.Key", "k@0"},
    {"<?xml version='1.0' encoding='utf-8' standalone='yes'?><T><Role>r</Role></T>", "Role", "r"},
    {"\xef\xbb\xbf<T><Role>r</Role></T>", "Role", "r"},
    {"<T><A x:type='CanonicalUser' xmlns:x='http://www.w3.org/2001/XMLSchema-instance'>v</A></T>",
     "A", "v"},
    {"<T " S3_NS "><A " S3_NS ">v</A></T>", "A", "v"},
    {"<T><A>x</A></T>", "A.#", "x@0"},
    {"<T><A>x</A><A>y</A></T>", "A.#", "x@0 y@1"},
    {"<T><A/></T>", "A", ""},
    {"<T><A/></T>", "A.B", ""},
    {"<T><A>\r\n</A></T>", "A.B", ""},
    {"<T><A/></T>", "A.B.#", ""},
    {"<T/>", "A", ""},
    {"<T><A><B>x</B></A></T>", "A", "{}"},
    {"", "A", ""},
    {"<T><A> a b </A></T>", "A", " a b "},
    {"<T><A>a&lt;b&gt;&amp;&quot;&apos;&#65;&#x42;&#xe9;&#x1F600;</A></T>", "A",
     "a<b>&\"'AB\xc3\xa9\xf0\x9f\x98\x80"},
    {"<T><A>&amp;lt;</A></T>", "A", "&lt;"},
    {"<T><A>a\r\nb\rc\nd&#13;</A></T>", "A", "a\nb\nc\nd\r"},
    {"<T><A>a]]b] ></A></T>", "A", "a]]b] >"},
    {"<T><A>a>b</A></T>", "A", "a>b"},
    {"<T><x><A>1</A></x><A>2</A></T>", "A", "2"},
    /* Two readers, two values. */
    {"<T><A>x</A><A>y</A></T>", "A", "AMBIGUOUS"},
    {"<T><A>x</A><a>y</a></T>", "A", "AMBIGUOUS"},
    {"<T><a>y</a></T>", "A", "AMBIGUOUS"},
    {"<T><a>y</a></T>", "A.#", "AMBIGUOUS"},
    {"<T><A><B>1</B></A><A><B>2</B></A></T>", "A.B", "AMBIGUOUS"},
    {"<T xmlns:s='u'><s:A>x</s:A></T>", "A", "AMBIGUOUS"},
    {"<T xmlns='u'><A xmlns='v'>x</A></T>", "A", "AMBIGUOUS"},
    {"<T xmlns='u'><A xmlns=''>x</A></T>", "A", "AMBIGUOUS"},
    {"<T><A xmlns='v'>x</A></T>", "A", "AMBIGUOUS"},
    {"<T><A>x<!-- -->y</A></T>", "A", "AMBIGUOUS"},
    {"<T><A><!-- -->y</A></T>", "A", "AMBIGUOUS"},
    {"<T><A>x<B>y</B></A></T>", "A.B", "AMBIGUOUS"},
    {"<T><A><B>y</B>&#32;</A></T>", "A.B", "AMBIGUOUS"},
    /* Not what the operation takes. */
    {"<T><A>x</A></T>", "A.B", "MALFORMED"},
    {"x", "A", "MALFORMED"},
    {"<T>x</T>", "A", "MALFORMED"},
    /* Not what clients write, or no XML. */
    {"<!DOCTYPE T><T><A>x</A></T>", "A", "MALFORMED"},
    {"<!DOCTYPE T [<!ENTITY e 'x'>]><T><A>&e;</A></T>", "A", "MALFORMED"},
    {"<T><A>&e;</A></T>", "A", "MALFORMED"},
    {"<T><A>&amp</A></T>", "A", "MALFORMED"},
    {"<T><A>&</A></T>", "A", "MALFORMED"},
    {"<T><A>&#0;</A></T>", "A", "MALFORMED"},
    {"<T><A>&#x1;</A></T>", "A", "MALFORMED"},
    {"<T><A>&#xD800;</A></T>", "A", "MALFORMED"},
    {"<T><A>&#x110000;</A></T>", "A", "MALFORMED"},
    {"<T><A>&#99999999999999999999;</A></T>", "A", "MALFORMED"},
    {"<T><A>&#x;</A></T>", "A", "MALFORMED"},
    {"<T><A>&#4a;</A></T>", "A", "MALFORMED"},
    {"<T><A><![CDATA[x]]></A></T>", "A", "MALFORMED"},
    {"<T><?pi x?><A>x</A></T>", "A", "MALFORMED"},
    {"<?pi x?><T><A>x</A></T>", "A", "MALFORMED"},
    {" <?xml version='1.0'?><T><A>x</A></T>", "A", "MALFORMED"},
    {"<?xml version='1.0' encoding='utf-16'?><T><A>x</A></T>", "A", "MALFORMED"},
    {"<?xml version='1.0' encoding='iso-8859-1'?><T><A>\xe9</A></T>", "A", "MALFORMED"},
    {"<T><A>\xff</A></T>", "A", "MALFORMED"},
    {"<T><A>\x01</A></T>", "A", "MALFORMED"},
    {"<T><A>]]></A></T>", "A", "MALFORMED"},
    {"<T><A>x</A>", "A", "MALFORMED"},
    {"<T><A>x</B></T>", "A", "MALFORMED"},
    {"<T><A>x</A></T><T/>", "A", "MALFORMED"},
    {"<T><A>x</A></T>x", "A", "MALFORMED"},
    {"<T><A x>x</A></T>", "A", "MALFORMED"},
    {"<T><A x=1>x</A></T>", "A", "MALFORMED"},
    {"<T><A x='<'>x</A></T>", "A", "MALFORMED"},
    {"<T><A x='1'y='2'>x</A></T>", "A", "MALFORMED"},
    {"<T><A xmlns='1' xmlns='1'>x</A></T>", "A", "MALFORMED"},
    {"<T><A x='&lt;'>x</A></T>", "A", "MALFORMED"},
    {"<T><A x='1' x='1'>x</A></T>", "A", "MALFORMED"},
    {"<T><A x='\x01'>x</A></T>", "A", "MALFORMED"},
    {"<T><A a='' b='' c='' d='' e='' f='' g='' h=''>x</A></T>", "A", "x"},
    {"<T><A a='' b='' c='' d='' e='' f='' g='' h='' i=''>x</A></T>", "A", "MALFORMED"},
    {"<?xml version='1.0' standalone='no' ?><T><A>x</A></T>", "A", "x"},
    {"<?xml version='1.1'?><T><A>x</A></T>", "A", "MALFORMED"},
    {"<?xml encoding='utf-8'?><T><A>x</A></T>", "A", "MALFORMED"},
    {"<?xml encoding='utf-8' version='1.0'?><T><A>x</A></T>", "A", "MALFORMED"},
    {"<?xml version='1.0' version='1.0'?><T><A>x</A></T>", "A", "MALFORMED"},
    {"<?xml version='1.0' x='1'?><T><A>x</A></T>", "A", "MALFORMED"},
    {"<?xml ?><T><A>x</A></T>", "A", "MALFORMED"},
    {"<T><!-- \x01 --><A>x</A></T>", "A", "MALFORMED"},
    {"<T><!-- a--b --><A>x</A></T>", "A", "MALFORMED"},
    {"<T><!-- <A>x</A></T>", "A", "MALFORMED"},
    {"<T>< A>x</A></T>", "A", "MALFORMED"},
    {"<T><1>x</1></T>", "A", "MALFORMED"},
    {"<T><A", "A", "MALFORMED"},
    {"<", "A", "MALFORMED"},
};

START_TEST(in_xml)
{
    const struct sample *s = &xml[_i];
    members_check(&a, members_of(&a, RECOGNIZE_REST_XML, false, str_of(s->body), NULL), s);
}
END_TEST

static unsigned digit(char c)
{
    return ascii_is_digit(c) ? (unsigned)(c - '0') : (unsigned)(c - 'a' + 10);
}

/* Hexadecimal digits, and between quotes what stands there. */
static struct str bytes_of(const char *text)
{
    struct buf b = buf_new(&a, 64);
    for (bool quoted = false; *text; text++) {
        if (*text == '\'') {
            quoted = !quoted;
        } else if (quoted) {
            buf_add_char(&b, *text);
        } else if (*text != ' ') {
            buf_add_char(&b, (char)(digit(text[0]) << 4 | digit(text[1])));
            text++;
        }
    }
    return buf_str(&b);
}

static const struct sample cbor[] = {
    {"a1 61'A' 61'x'", "A", "x"},
    {"a2 61'B' 01 61'A' 83 61'x' f6 61'z'", "A.#", "x@0 z@2"},
    {"bf 61'A' 9f 61'x' 61'y' ff ff", "A.#", "x@0 y@1"},
    {"bf 61'A' bf 61'B' a1 61'C' 61'x' ff ff", "A.B.C", "x"},
    {"a1 61'T' a2 61'a' 61'1' 61'b' 61'2'", "T.@", "a@0 b@1"},
    {"a1 61'T' a2 61'a' 61'1' 61'b' 61'2'", "T.*", "1@0 2@1"},
    {"a1 7f 61'N' 62'am' 61'e' ff 7f 61'x' 60 61'y' ff", "Name", "xy"},
    {"a1 78 01'A' 79 00 01'x'", "A", "x"},
    {"a1 7a 00 00 00 01'A' 7b 00 00 00 00 00 00 00 01'x'", "A", "x"},
    {"a1 61'A' f6", "A", ""},
    {"a1 61'A' f7", "A", ""},
    {"a1 61'A' f5", "A", "true"},
    {"a1 61'A' f4", "A", "false"},
    {"a1 61'A' 00", "A", "0"},
    {"a1 61'A' 17", "A", "23"},
    {"a1 61'A' 18 2a", "A", "42"},
    {"a1 61'A' 1b ff ff ff ff ff ff ff ff", "A", "18446744073709551615"},
    {"a1 61'A' 20", "A", "-1"},
    {"a1 61'A' 39 01 00", "A", "-257"},
    {"a1 61'A' f9 3e 00", "A", "1.5"},
    {"a1 61'A' f9 00 01", "A", "5.96046447753906e-08"},
    {"a1 61'A' fa 3f c0 00 00", "A", "1.5"},
    {"a1 61'A' fb 3f b9 99 99 99 99 99 9a", "A", "0.1"},
    {"a1 61'A' fb c0 00 00 00 00 00 00 00", "A", "-2"},
    {"a1 61'A' c1 1a 65 53 f1 00", "A", "1700000000"},
    {"a2 61'A' 43 01 02 03 61'B' 01", "B", "1"},
    {"a1 61'A' 43 01 02 03", "A", "MALFORMED"},
    {"a1 61'A' 5f 41 01 42 02 03 ff", "A", "MALFORMED"},
    {"a1 61'A' a0", "A", "{}"},
    {"a0", "A", ""},
    {"bf ff", "A", ""},
    {"a2 61'A' 61'x' 61'A' 61'y'", "A", "AMBIGUOUS"},
    {"a2 61'A' 61'x' 7f 61'A' ff 61'y'", "A", "AMBIGUOUS"},
    {"a2 61'A' 61'x' 61'a' 61'y'", "A", "AMBIGUOUS"},
    {"a1 61'T' a2 61'a' 01 61'a' 02", "T.@", "AMBIGUOUS"},
    {"a1 61'A' 61'x'", "A.#", "MALFORMED"},
    {"a1 61'A' fb 7f f0 00 00 00 00 00 00", "A", "MALFORMED"},
    {"a1 61'A' f9 7e 00", "A", "MALFORMED"},
    {"a1 61'A' c2 49 01 00 00 00 00 00 00 00 00", "A", "MALFORMED"},
    {"a1 61'A' 3b ff ff ff ff ff ff ff ff", "A", "MALFORMED"},
    {"80", "A", "MALFORMED"},
    {"f6", "A", "MALFORMED"},
    {"61'A'", "A", "MALFORMED"},
    {"a1 61'A'", "A", "MALFORMED"},
    {"a1 61'A' 61", "A", "MALFORMED"},
    {"a1 61'A' 62'x'", "A", "MALFORMED"},
    {"a1 61'A' 61'x' 00", "A", "MALFORMED"},
    {"a2 61'A' 61'x'", "A", "MALFORMED"},
    {"bf 61'A' 61'x'", "A", "MALFORMED"},
    {"bf 61'A' ff", "A", "MALFORMED"},
    {"a1 01 61'x'", "A", "MALFORMED"},
    {"a1 41'A' 61'x'", "A", "MALFORMED"},
    {"a1 61'A' 61 ff", "A", "MALFORMED"},
    {"a1 61'A' 61 00", "A", "MALFORMED"},
    {"a1 61'A' 7f 41'x' ff", "A", "MALFORMED"},
    {"a1 61'A' 7f 7f 61'x' ff ff", "A", "MALFORMED"},
    {"a1 61'A' ff", "A", "MALFORMED"},
    {"a1 61'A' 1c", "A", "MALFORMED"},
    {"a1 61'A' 1f", "A", "MALFORMED"},
    {"a1 61'A' df 00", "A", "MALFORMED"},
    {"a1 61'A' f8 ff", "A", "MALFORMED"},
    {"a1 61'A' e0", "A", "MALFORMED"},
    {"a1 61'A' 7b ff ff ff ff ff ff ff ff", "A", "MALFORMED"},
    {"a1 61'A' 9b ff ff ff ff ff ff ff ff", "A", "MALFORMED"},
    {"bb ff ff ff ff ff ff ff ff", "A", "MALFORMED"},
};

START_TEST(in_cbor)
{
    const struct sample *s = &cbor[_i];
    struct str body = bytes_of(s->body);
    members_check(&a, members_of(&a, RECOGNIZE_CBOR, false, body, "application/cbor"), s);
    members_check(&a, members_of(&a, RECOGNIZE_JSON, false, body, "application/x-amz-cbor-1.1"), s);
}
END_TEST

#define FIELD(name, value)                                                                         \
    "--b\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define FILE_FIELD                                                                                 \
    "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:/up/f.txt\"\r\n"           \
    "Content-Type: text/plain\r\n\r\nthe file\r\n"

static const struct sample uploads[] = {
    {FIELD("key", "a/b c") FIELD("acl", "private") FILE_FIELD "--b--\r\n", "key", "a/b c"},
    {FIELD("Key", "k") FILE_FIELD "--b--\r\n", "key", "k"},
    {FIELD("key", "u/${filename}") FILE_FIELD "--b--\r\n", "key", "u/f.txt"},
    {FIELD("key", "${filename}-${filename}$") FILE_FIELD "--b--\r\n", "key", "f.txt-f.txt$"},
    {FIELD("key", "") FILE_FIELD "--b--", "key", ""},
    {FIELD("acl", "private") FILE_FIELD "--b--\r\n", "key", ""},
    {FIELD("key", "k") FIELD("key", "l") FILE_FIELD "--b--\r\n", "key", "AMBIGUOUS"},
    {FIELD("key", "k") FIELD("KEY", "l") FILE_FIELD "--b--\r\n", "key", "AMBIGUOUS"},
    {FIELD("key", "k") FILE_FIELD FIELD("key", "l") "--b--\r\n", "key", "AMBIGUOUS"},
    {FIELD("key", "k") FILE_FIELD FIELD("submit", "Go") "--b--\r\n", "key", "k"},
    {FIELD("key", "k") FILE_FIELD FIELD("submit", "") FIELD("submit", "") "--b--\r\n", "key",
     "AMBIGUOUS"},
    {FIELD("key", "k") FILE_FIELD, "key", "MALFORMED"},
    {FIELD("key", "k") FILE_FIELD "--b--\r\nx", "key", "AMBIGUOUS"},
    {FIELD("key", "k") "--b--\r\n", "key", "MALFORMED"},
    {FIELD("key", "\xff") FILE_FIELD "--b--\r\n", "key", "MALFORMED"},
    {FIELD("Object", "k") FILE_FIELD "--b--\r\n", "Object.Key", "MALFORMED"},
    {"<Delete/>", "Object.#.Key", "MALFORMED"},
};

START_TEST(in_uploads)
{
    const struct sample *s = &uploads[_i];
    members_check(&a,
                  members_of(&a, RECOGNIZE_REST_XML, false, str_of(s->body),
                             "multipart/form-data; boundary=b"),
                  s);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("members");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, in_xml, 0, ARRAY_LEN(xml));
    tcase_add_loop_test(tcase, in_cbor, 0, ARRAY_LEN(cbor));
    tcase_add_loop_test(tcase, in_uploads, 0, ARRAY_LEN(uploads));
    return suite_run("recognize members in other forms", tcase);
}
